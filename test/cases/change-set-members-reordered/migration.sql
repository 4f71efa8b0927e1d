ALTER TABLE t MODIFY b SET('r','q','p');
